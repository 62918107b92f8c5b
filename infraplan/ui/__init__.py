"""The screens: thin views over ``infraplan.workflow``. Streamlit is imported nowhere else."""
