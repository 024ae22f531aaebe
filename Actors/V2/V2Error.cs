namespace ActorEtcd.V2;

/// <summary>A refusal as v2 clients see it (etcd: <c>v2error</c>).</summary>
/// <param name="Code">One of <see cref="V2ErrorCode"/>.</param>
/// <param name="Cause">What it is about: a path, or what did not match.</param>
/// <param name="Index">The store's index when it was refused.</param>
public sealed record V2Error(V2ErrorCode Code, string Cause, ulong Index)
{
    /// <summary>etcd's words for the code.</summary>
    public string Message => Code switch
    {
        V2ErrorCode.KeyNotFound => "Key not found",
        V2ErrorCode.TestFailed => "Compare failed",
        V2ErrorCode.NotFile => "Not a file",
        V2ErrorCode.NotDirectory => "Not a directory",
        V2ErrorCode.NodeExists => "Key already exists",
        V2ErrorCode.RootReadOnly => "Root is read only",
        V2ErrorCode.DirectoryNotEmpty => "Directory not empty",
        V2ErrorCode.Unauthorized => "The request requires user authentication",
        V2ErrorCode.PreviousValueRequired => "PrevValue is Required in POST form",
        V2ErrorCode.TtlNotANumber => "The given TTL in POST form is not a number",
        V2ErrorCode.IndexNotANumber => "The given index in POST form is not a number",
        V2ErrorCode.InvalidField => "Invalid field",
        V2ErrorCode.InvalidForm => "Invalid POST form",
        V2ErrorCode.RefreshWithValue => "Value provided on refresh",
        V2ErrorCode.RefreshTtlRequired => "A TTL must be provided on refresh",
        V2ErrorCode.RaftInternal => "Raft Internal Error",
        V2ErrorCode.EventIndexCleared => "The event in requested index is outdated and cleared",
        _ => throw new InvalidOperationException($"no words for v2 error {(int)Code}"),
    };

    /// <summary>The HTTP status that goes with the code.</summary>
    public int Status => Code switch
    {
        V2ErrorCode.KeyNotFound => 404,
        V2ErrorCode.NotFile or V2ErrorCode.DirectoryNotEmpty => 403,
        V2ErrorCode.Unauthorized => 401,
        V2ErrorCode.TestFailed or V2ErrorCode.NodeExists => 412,
        V2ErrorCode.RaftInternal => 500,
        _ => 400,
    };
}
