namespace ActorEtcd.Host.Http;

/// <summary>What the first bytes of a clear-text connection say.</summary>
internal enum SniffedProtocol
{
    /// <summary>All bytes so far begin HTTP/2's preface, and more are needed.</summary>
    Undecided,
    Http1,
    Http2,
}
