using Akka.Actor;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// What <see cref="WalJournal"/> needs and a configuration file cannot name. Set it after the actor system is created
/// and before its first persistent actor starts.
/// </summary>
public sealed class WalServices : IExtension
{
    public IWalFileSystem FileSystem { get; set; } = DiskFileSystem.Instance;

    public IWalObserver Observer { get; set; } = SilentWalObserver.Instance;

    public IFatalHandler FatalHandler { get; set; } = ProcessExitFatalHandler.Instance;

    public static WalServices Get(ActorSystem system) => WalServicesProvider.Instance.Apply(system);
}
