namespace ActorEtcd.Raft;

/// <summary>How a member stands that was asked by one that lost its log; the numbers go over the wire.</summary>
public enum MemberStanding
{
    /// <summary>It remembers every term it was in.</summary>
    Following = 0,

    /// <summary>It leads the term that it tells.</summary>
    Leading = 1,

    /// <summary>It lost its log itself, and with it the memory of earlier terms.</summary>
    LogLost = 2,
}
