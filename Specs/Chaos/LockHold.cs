namespace ActorEtcd.Specs.Chaos;

/// <summary>A lock that somebody got, and until when nobody else can have had it.</summary>
/// <param name="Token">The revision at which it was got: what the guarded resource tells holders apart by.</param>
/// <param name="HeldFrom">Timestamp after the answer.</param>
/// <param name="HeldUntil">When the lease may end, or the release was sent.</param>
internal sealed record LockHold(string Lock, int Client, long Token, long AskedAt, long HeldFrom, long HeldUntil);
