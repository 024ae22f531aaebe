namespace ActorEtcd.Host.Discovery;

/// <summary>An SRV record of DNS.</summary>
internal sealed record SrvRecord(int Priority, int Weight, int Port, string Target);
