using Akka.Actor;

namespace ActorEtcd.Raft;

/// <summary>Where the actors of the other members are.</summary>
public interface IPeerDirectory
{
    /// <summary>The Raft actor of the member; null when its address is not known.</summary>
    IActorRef? RaftOf(MemberId member);

    /// <summary>The actor that serves the member's segments; null when its address is not known.</summary>
    IActorRef? SegmentsOf(MemberId member);

    /// <summary>The member was removed from the cluster for good: nothing that it says counts.</summary>
    bool IsRemoved(MemberId member);

    /// <summary>
    /// A message of the member came from there. A member list that is behind may not hold the leader, who can only be
    /// answered, and so bring the list up to date, when it is found all the same.
    /// </summary>
    void Heard(MemberId member, IActorRef raft)
    {
        // A directory that knows everybody from the beginning has nothing to learn.
    }
}
