namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>
/// etcd: <c>mvccpb.Event</c>. <paramref name="Kv"/> and <paramref name="PrevKv"/> are encoded <c>mvccpb.KeyValue</c>s;
/// an empty <paramref name="PrevKv"/> means none.
/// </summary>
public readonly record struct WatchEvent(bool IsDelete, ReadOnlyMemory<byte> Kv, ReadOnlyMemory<byte> PrevKv)
{
    internal long ComputeSize() =>
        WireSize.Field(IsDelete)
        + WireSize.Delimited(Kv.Length)
        + (PrevKv.IsEmpty ? 0 : WireSize.Delimited(PrevKv.Length));

    internal void WriteTo(ref WireWriter writer)
    {
        writer.WriteField(1, IsDelete);
        writer.WriteField(2, Kv.Span);
        if (!PrevKv.IsEmpty)
        {
            writer.WriteField(3, PrevKv.Span);
        }
    }
}
