using System.Collections.Concurrent;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Specs.Raft;

/// <summary>Members of one actor system that come and go.</summary>
internal sealed class LocalDirectory(ActorSystem system) : IPeerDirectory
{
    public static ConcurrentDictionary<(ActorSystem System, MemberId Id), IActorRef> Members { get; } = new();

    public IActorRef? RaftOf(MemberId member) => Members.GetValueOrDefault((system, member));

    public IActorRef? SegmentsOf(MemberId member) => null;

    public bool IsRemoved(MemberId member) => false;
}
