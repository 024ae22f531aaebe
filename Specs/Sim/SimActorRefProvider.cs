using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;
using Akka.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// In place of Akka.Remote: references to actors of other members lead into the simulated network. What is local is as
/// the local provider has it.
/// </summary>
public sealed class SimActorRefProvider : IActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private readonly SimMember _member;
    private readonly int _life;
    private ActorSystem? _system;
    private Information? _serializationInformation;

    public SimActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        _member = SimMember.Starting;
        _life = _member.Life;
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
    }

    public IActorRef DeadLetters => _local.DeadLetters;

    public Address DefaultAddress => _member.Address;

    public Deployer Deployer => _local.Deployer;

    public LocalActorRef Guardian => _local.Guardian;

    /// <summary>Genuine Akka.NET's providers have one; nothing here uses it.</summary>
    public IActorRef IgnoreRef => ActorRefs.Nobody;

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public ActorPath RootPath => _local.RootPath;

    public Information SerializationInformation => _serializationInformation ??= new Information(DefaultAddress, _system);

    public Settings Settings => _local.Settings;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IInternalActorRef TempContainer => _local.TempContainer;

    public Task TerminationTask => _local.TerminationTask;

    public void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
    }

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async) =>
        _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => _local.CreateFutureRef(tcs);

    public Address? GetExternalAddressFor(Address address) => IsHere(address) ? _local.RootPath.Address : DefaultAddress;

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    public ActorPath TempPath() => _local.TempPath();

    public IActorRef RootGuardianAt(Address address) =>
        IsHere(address) ? RootGuardian : new SimRemoteRef(this, _member, _life, new RootActorPath(address));

    public IActorRef ResolveActorRef(string path) =>
        ActorPath.TryParse(path, out ActorPath parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (!IsHere(actorPath.Address))
        {
            return new SimRemoteRef(this, _member, _life, actorPath);
        }

        string uid = actorPath.Uid == 0 ? string.Empty : $"#{actorPath.Uid}";
        return _local.ResolveActorRef($"{_local.RootPath.Address}{actorPath.ToStringWithoutAddress()}{uid}");
    }

    private bool IsHere(Address address) => address == _local.RootPath.Address || address == _member.Address;
}
