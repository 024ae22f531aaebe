using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>The node of an actor system, for everything in that system that uses it: <c>Etcd.Get(system)</c>.</summary>
public sealed class Etcd : IExtension
{
    private readonly TaskCompletionSource<EtcdNode> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EtcdNode? _current;

    /// <summary>The running node; waits for it if it is yet to start.</summary>
    public Task<EtcdNode> Node => Volatile.Read(ref _current) is { } node ? Task.FromResult(node) : _first.Task;

    public static Etcd Get(ActorSystem system) => system.WithExtension<Etcd, EtcdExtension>();

    internal void Use(EtcdNode node)
    {
        Volatile.Write(ref _current, node);
        _first.TrySetResult(node);
    }
}
