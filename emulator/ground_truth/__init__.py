"""A twin of SageMaker Ground Truth's labeling jobs.

It knows no AWS library: objects, time, events and ids come through `ports`, so that it can
stand behind any front end. `service.GroundTruth` is the whole of it, `desk.TaskDesk` its worker
portal.
"""
