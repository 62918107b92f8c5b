"""Start the screens: ``streamlit run streamlit_app.py``."""

from infraplan.ui.app import main

main()
