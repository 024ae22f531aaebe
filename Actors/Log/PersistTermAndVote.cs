namespace ActorEtcd.Log;

/// <summary>Raft to log: the member entered this term or gave this vote.</summary>
public sealed record PersistTermAndVote(long Sequence, long Term, MemberId Vote);
