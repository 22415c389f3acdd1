"""The only home of what each error class of huggingface_hub means to us: one row for every name in 1.x and 2.x.

Rows are names, because no one version has all of the classes. A class that a newer version brings is read as
its nearest ancestor here; a test fails until it has a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from recipes_data.errors import AuthError, HubDownError, HubError, NotOnHubError

__all__ = ["ERRORS", "meaning_of"]

_ANSWER = None
"""It carries an HTTP answer: status and `X-Error-Code` decide, in `answers.error_for`."""

_UNUSED = HubError
"""Raised by a part of the library that nothing here calls: if it comes, the Hub's client is not what it was."""

ERRORS: Mapping[str, type[HubError] | None] = {
    # an answer of the Hub
    "HfHubHTTPError": _ANSWER,
    "BadRequestError": _ANSWER,
    "BucketBatchError": _ANSWER,
    "BucketNotFoundError": _ANSWER,
    "DisabledRepoError": _ANSWER,
    "GatedRepoError": _ANSWER,
    "JobNotFoundError": _ANSWER,
    "RemoteEntryNotFoundError": _ANSWER,
    "RepositoryNotFoundError": _ANSWER,
    "RevisionNotFoundError": _ANSWER,
    # no answer
    "HTTPError": HubDownError,
    "OfflineModeIsEnabled": HubDownError,
    # what was asked for cannot be
    "EntryNotFoundError": NotOnHubError,
    "HFValidationError": NotOnHubError,
    "HfUriError": NotOnHubError,
    "RevisionResolutionError": NotOnHubError,
    # who asks
    "DeviceCodeError": AuthError,
    "LocalTokenNotFoundError": AuthError,
    "OIDCError": AuthError,
    # its cache and its downloads: ours are our own
    "CacheNotFound": _UNUSED,
    "CachedRepoTreeNotFoundError": _UNUSED,
    "CorruptedCacheException": _UNUSED,
    "DryRunError": _UNUSED,
    "FileDuplicationError": _UNUSED,
    "FileMetadataError": _UNUSED,
    "IncompleteSnapshotError": _UNUSED,
    "LocalEntryNotFoundError": _UNUSED,
    "XetAuthorizationError": _UNUSED,
    "XetDownloadError": _UNUSED,
    "XetError": _UNUSED,
    "XetRefreshTokenError": _UNUSED,
    # file formats, its command line, inference, sandboxes, its own dataclasses
    "CLIError": _UNUSED,
    "CLIExtensionInstallError": _UNUSED,
    "ConfirmationError": _UNUSED,
    "DDUFCorruptedFileError": _UNUSED,
    "DDUFError": _UNUSED,
    "DDUFExportError": _UNUSED,
    "DDUFInvalidEntryNameError": _UNUSED,
    "GenerationError": _UNUSED,
    "IncompleteGenerationError": _UNUSED,
    "InferenceEndpointError": _UNUSED,
    "InferenceEndpointTimeoutError": _UNUSED,
    "InferenceTimeoutError": _UNUSED,
    "NotASafetensorsRepoError": _UNUSED,
    "OverloadedError": _UNUSED,
    "SafetensorsParsingError": _UNUSED,
    "SandboxCommandError": _UNUSED,
    "SandboxError": _UNUSED,
    "StrictDataclassClassValidationError": _UNUSED,
    "StrictDataclassDefinitionError": _UNUSED,
    "StrictDataclassError": _UNUSED,
    "StrictDataclassFieldValidationError": _UNUSED,
    "TextGenerationError": _UNUSED,
    "UnknownError": _UNUSED,
    "ValidationError": _UNUSED,
}
"""Name of a class -> our class; None where it carries an HTTP answer, which decides."""


def meaning_of(error: BaseException) -> type[HubError] | None:
    """Our class for an error of huggingface_hub; None for one of another library.

    An error that carries an HTTP answer is not to be asked about: its answer says more.
    """
    for kind in type(error).__mro__:
        if kind.__module__.partition(".")[0] == "huggingface_hub" and kind.__name__ in ERRORS:
            return ERRORS[kind.__name__]
    return None
