namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>etcd: <c>ResponseHeader</c>.</summary>
public readonly record struct ResponseHeaderFields(ulong ClusterId, ulong MemberId, long Revision, ulong RaftTerm)
{
    /// <summary>The header inside a transaction's responses, which tells the revision alone.</summary>
    public static ResponseHeaderFields OfRevision(long revision) => new(0, 0, revision, 0);

    internal int ComputeSize() =>
        WireSize.Field(ClusterId) + WireSize.Field(MemberId) + WireSize.Field(Revision) + WireSize.Field(RaftTerm);

    internal void WriteTo(ref WireWriter writer)
    {
        writer.WriteField(1, ClusterId);
        writer.WriteField(2, MemberId);
        writer.WriteField(3, Revision);
        writer.WriteField(4, RaftTerm);
    }
}
