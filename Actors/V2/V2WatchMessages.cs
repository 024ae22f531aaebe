using System.Collections.Immutable;
using ActorEtcd.Client;

namespace ActorEtcd.V2;

/// <summary>Apply actor to hub: the store is now this, by these events.</summary>
public sealed record V2Applied(V2State State, ImmutableArray<V2Notice> Notices);

/// <summary>Apply actor to hub: the store is now this, and what happened in between is not known but for its history.</summary>
public sealed record V2Replaced(V2State State);

/// <summary>Edge to hub: tell the watcher of what happens at the path.</summary>
/// <param name="Path">Clean.</param>
/// <param name="IsRecursive">Below it too.</param>
/// <param name="IsStream">More than the first event.</param>
/// <param name="Since">From this index on; 0 for from now on.</param>
/// <param name="Watcher">Whom to tell.</param>
public sealed record V2Watch(string Path, bool IsRecursive, bool IsStream, ulong Since, IV2Watcher Watcher) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Watcher.Ended();
}

/// <summary>Edge to hub: the watcher is gone.</summary>
public sealed record V2Unwatch(IV2Watcher Watcher);
