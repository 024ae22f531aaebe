using System.Collections.Concurrent;
using ActorEtcd.Persistence.Snapshots;
using Akka.Actor;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// What <see cref="WalJournal"/> and the store of snapshots need and a configuration file cannot name. Set it after the actor system is created
/// and before its first persistent actor starts.
/// </summary>
public sealed class WalServices : IExtension
{
    private readonly ConcurrentDictionary<string, string> _snapshotDamage = new();

    public IWalFileSystem FileSystem { get; set; } = DiskFileSystem.Instance;

    public IWalThreads Threads { get; set; } = WalThreads.Instance;

    public IWalObserver Observer { get; set; } = SilentWalObserver.Instance;

    public ISnapshotFileObserver? SnapshotFiles { get; set; }

    public IFatalHandler FatalHandler { get; set; } = ProcessExitFatalHandler.Instance;

    /// <summary>Notes why the newest snapshot of a persistence id is passed over; what is noted first stays.</summary>
    public void NoteSnapshotDamage(string persistenceId, string reason) => _snapshotDamage.TryAdd(persistenceId, reason);

    /// <summary>
    /// Why the newest snapshot was passed over. A recovery that fails for want of the events that it covered tells this
    /// too, since it is what the operator has to repair.
    /// </summary>
    public string? SnapshotDamageOf(string persistenceId) => _snapshotDamage.GetValueOrDefault(persistenceId);

    public static WalServices Get(ActorSystem system) => WalServicesProvider.Instance.Apply(system);
}
