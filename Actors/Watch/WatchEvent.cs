namespace ActorEtcd.Watch;

/// <summary>
/// One change of one key, shared by all who watch it. <paramref name="Kv"/> is the encoded <c>mvccpb.KeyValue</c> that
/// a watch response carries: the whole record of a put, key and mod revision of a delete. <paramref name="PrevKv"/> is
/// the record before the change, empty when there was none or when nobody has asked for it.
/// </summary>
public sealed record WatchEvent(
    long Revision,
    bool IsDelete,
    Bytes Key,
    ReadOnlyMemory<byte> Kv,
    ReadOnlyMemory<byte> PrevKv);
