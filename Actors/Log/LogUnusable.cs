namespace ActorEtcd.Log;

/// <summary>
/// Log actor to its parent before it stops: what is on disk cannot be read, or a write failed. The process
/// must end with this reason; a failed write is never tried again.
/// </summary>
/// <param name="Reason">The named reason.</param>
/// <param name="IsDamage">What was written is not there any more; others may have it.</param>
public sealed record LogUnusable(string Reason, bool IsDamage = false);
