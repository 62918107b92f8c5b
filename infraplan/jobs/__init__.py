"""Heavy jobs in a process of their own: one at a time on the machine, the others queued and told their place.

    job = jobs.submit_run(scenario)      # a click; the same scenario again is the same job
    job = jobs.submit_uncertainty(allocation)  # what the data's own error means for that run's result
    job = jobs.find(key)                 # a rerun of the page, another session, or another day
    job.status()                         # state, step, share, place, error: one consistent snapshot
    job.result()                         # the allocation, once the state is "done"
    job.cancel()

A job is known by the fingerprint of what it reads, so it outlives the page that asked for it. The worker process stays
for a while after its last job, with the libraries loaded; it ends by itself. Nothing here needs Streamlit.
"""

from infraplan.jobs.handles import (
    DIED,
    VERBS,
    Job,
    Jobs,
    Status,
    find_run,
    find_uncertainty,
    key_of,
    payload_of,
    start_worker,
    submit_run,
    submit_uncertainty,
    uncertainty_key,
)

__all__ = [
    "DIED",
    "VERBS",
    "Job",
    "Jobs",
    "Status",
    "find_run",
    "find_uncertainty",
    "key_of",
    "payload_of",
    "start_worker",
    "submit_run",
    "submit_uncertainty",
    "uncertainty_key",
]
