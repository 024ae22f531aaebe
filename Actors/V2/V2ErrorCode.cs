namespace ActorEtcd.V2;

/// <summary>The error codes of the v2 API that a server of this version answers.</summary>
public enum V2ErrorCode
{
    KeyNotFound = 100,
    TestFailed = 101,
    NotFile = 102,
    NotDirectory = 104,
    NodeExists = 105,
    RootReadOnly = 107,
    DirectoryNotEmpty = 108,
    Unauthorized = 110,
    PreviousValueRequired = 201,
    TtlNotANumber = 202,
    IndexNotANumber = 203,
    InvalidField = 209,
    InvalidForm = 210,
    RefreshWithValue = 211,
    RefreshTtlRequired = 212,
    RaftInternal = 300,
    EventIndexCleared = 401,
}
