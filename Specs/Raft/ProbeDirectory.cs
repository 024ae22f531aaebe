using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Specs.Raft;

/// <summary>Members that live in the same actor system.</summary>
internal sealed class ProbeDirectory(IReadOnlyDictionary<MemberId, IActorRef> members) : IPeerDirectory
{
    public IActorRef? RaftOf(MemberId member) => members.GetValueOrDefault(member);

    public IActorRef? SegmentsOf(MemberId member) => members.GetValueOrDefault(member);

    public bool IsRemoved(MemberId member) => false;
}
