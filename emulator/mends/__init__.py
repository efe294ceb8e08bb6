"""Corrections of moto, so that it does what AWS does.

Each module here mends one service and has an `install()` that

- replaces classes or functions of moto for the rest of the process,
- does nothing the second time,
- must run before the first request (moto keeps the instances that it made).

The ways to replace, in order of preference, for in-process calls, calls over HTTP and
CloudFormation alike:

    dynamodb_backends.backend = OurBackend                    # a subclass of moto's backend class,
                                                              # with `_url_module = dynamodb.urls`
    dynamodb.urls.url_paths["{0}/"] = OurHandler.dispatch     # a subclass of moto's response class
    parsing.get_model_map()["AWS::X::Y"] = OurModel           # a type of CloudFormation

`BackendDict.reset()` keeps all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from emulator.light_imports import load_alone

load_alone("moto.batch.utils")


@cache
def install_all() -> None:
    """Install every module of this package that has an `install`, in alphabetical order.

    `emulator.aws_services.AwsServices` calls it; nobody else needs to.
    """
    for module in pkgutil.iter_modules(__path__):
        mend = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(mend, "install"):
            mend.install()
