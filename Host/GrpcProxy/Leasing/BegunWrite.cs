namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>A write that is about to be sent.</summary>
/// <param name="Touched">Owned keys that it names; they stay owned.</param>
/// <param name="Lease">The lease of the session by which keys are owned; 0 without a session.</param>
internal sealed record BegunWrite(IReadOnlyList<OwnedKey> Touched, long Lease);
