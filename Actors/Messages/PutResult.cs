namespace ActorEtcd.Messages;

/// <summary>etcd: <c>PutResponse</c>. <paramref name="PrevKv"/> is an encoded <c>mvccpb.KeyValue</c>, or null for none.</summary>
public sealed record PutResult(long Revision, ReadOnlyMemory<byte>? PrevKv) : OpResult(Revision);
