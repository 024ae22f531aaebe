using Akka.Annotations;
using Akka.Serialization;

namespace Akka.Actor;

/// <summary>Makes references: local ones here, remote ones in Akka.Remote.</summary>
public interface IActorRefProvider
{
    IActorRef DeadLetters { get; }

    Address DefaultAddress { get; }

    Deployer Deployer { get; }

    LocalActorRef Guardian { get; }

    IInternalActorRef RootGuardian { get; }

    ActorPath RootPath { get; }

    [InternalApi]
    Information SerializationInformation { get; }

    Settings Settings { get; }

    LocalActorRef SystemGuardian { get; }

    IInternalActorRef TempContainer { get; }

    Task TerminationTask { get; }

    IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async);

    [InternalApi]
    FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs);

    Address GetExternalAddressFor(Address address);

    void Init(ActorSystemImpl system);

    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);

    IActorRef RootGuardianAt(Address address);

    ActorPath TempPath();

    void UnregisterTempActor(ActorPath path);
}
