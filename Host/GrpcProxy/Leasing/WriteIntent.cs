namespace ActorEtcd.Host.GrpcProxy.Leasing;

/// <summary>Keys that are about to be written through this proxy: none of them is acquired until that has ended.</summary>
/// <param name="Written">The keys, as clients know them.</param>
/// <param name="Acquisitions">Those that were under way before; they are waited for.</param>
internal sealed record WriteIntent(IReadOnlyList<KeyInterval> Written, IReadOnlyList<Task> Acquisitions);
