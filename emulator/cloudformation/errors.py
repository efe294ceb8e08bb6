"""What can be wrong with a template, its parameters or a resource."""


class TemplateError(Exception):
    """The template or its parameters are refused before anything is made."""


class ResourceError(Exception):
    """A resource cannot be made, changed or deleted as its template says."""
