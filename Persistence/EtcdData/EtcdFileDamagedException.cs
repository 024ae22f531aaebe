namespace ActorEtcd.Persistence.EtcdData;

/// <summary>A file of etcd is damaged or not whole.</summary>
public sealed class EtcdFileDamagedException(string file, long offset, string reason)
    : EtcdDataException($"{file} is damaged at offset {offset}: {reason}")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
