namespace ActorEtcd.Raft;

/// <summary>
/// What a member knows that came back under its old id without its log, and what it still has to learn before it may vote.
/// See <see cref="LostLogs"/> for the rules. Single owner: the Raft state.
/// </summary>
/// <param name="group">The voters as this member last knew them.</param>
/// <param name="context">Names this life, so that answers to an earlier one are not taken for its own.</param>
public sealed class LostLog(RaftConfiguration group, long context)
{
    private readonly Dictionary<MemberId, bool> _remember = [];

    public RaftConfiguration Group { get; } = group;

    public long Context { get; } = context;

    /// <summary>The members that have told their terms; those that remember all their terms are true.</summary>
    public IReadOnlyDictionary<MemberId, bool> Told => _remember;

    /// <summary>
    /// Too few have told their terms: a leader that is heard may be one whose successor this member has elected and forgotten,
    /// so nothing of a leader is heard.
    /// </summary>
    public bool IsBlind => Quorum.Tally(Group, _remember) != Quorum.Outcome.Won;

    /// <summary>The term whose leader has told where its log ends; 0 when none has.</summary>
    public long EndTerm { get; private set; }

    /// <summary>Whatever this member has ever acknowledged to that leader, or to one before it, is at or before this entry.</summary>
    public long EndIndex { get; private set; }

    /// <summary>How far the log agreed with the leader's when that was looked at, and since when.</summary>
    public (long Index, TimeSpan Since) Seen { get; set; }

    public void Tell(MemberId member, MemberStanding standing) => _remember[member] = standing != MemberStanding.LogLost;

    public void End(long term, long index)
    {
        EndTerm = term;
        EndIndex = index;
    }
}
