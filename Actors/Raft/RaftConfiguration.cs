using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>
/// Who decides and who only listens. While <paramref name="OutgoingVoters"/> is not empty the group is in a
/// joint configuration and every decision needs a majority of both sets.
/// Invariant: the lists are sorted by id; nobody is a learner and a voter; <paramref name="LearnersNext"/>
/// are outgoing voters that become learners when the joint phase ends.
/// </summary>
public sealed record RaftConfiguration(
    ImmutableArray<MemberId> Voters,
    ImmutableArray<MemberId> OutgoingVoters,
    ImmutableArray<MemberId> Learners,
    ImmutableArray<MemberId> LearnersNext)
{
    public static readonly RaftConfiguration Empty = new([], [], [], []);

    /// <summary>The joint configuration ends by itself: the leader proposes it as soon as it is in force.</summary>
    public bool AutoLeave { get; init; }

    public bool IsJoint => !OutgoingVoters.IsEmpty;

    /// <summary>Everybody who receives entries: voters of either set and learners, sorted, each once.</summary>
    public ImmutableArray<MemberId> Members =>
        [.. Voters.Concat(OutgoingVoters).Concat(Learners).Concat(LearnersNext).Distinct().Order()];

    public static RaftConfiguration OfVoters(params IEnumerable<MemberId> voters) =>
        new([.. voters.Distinct().Order()], [], [], []);

    public bool IsVoter(MemberId id) => Voters.Contains(id) || OutgoingVoters.Contains(id);

    public bool IsLearner(MemberId id) => !IsVoter(id) && (Learners.Contains(id) || LearnersNext.Contains(id));

    public bool Contains(MemberId id) => IsVoter(id) || IsLearner(id);

    public bool IsSoleVoter(MemberId id) => !IsJoint && Voters.Length == 1 && Voters[0] == id;

    public bool Equals(RaftConfiguration? other) =>
        other is not null
        && Voters.SequenceEqual(other.Voters)
        && OutgoingVoters.SequenceEqual(other.OutgoingVoters)
        && Learners.SequenceEqual(other.Learners)
        && LearnersNext.SequenceEqual(other.LearnersNext)
        && AutoLeave == other.AutoLeave;

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var id in Voters)
        {
            hash.Add(id);
        }

        hash.Add(OutgoingVoters.Length);
        hash.Add(Learners.Length);
        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var outgoing = IsJoint ? $"&&({string.Join(' ', OutgoingVoters)})" : string.Empty;
        var learners = Learners.IsEmpty ? string.Empty : $" learners=({string.Join(' ', Learners)})";
        return $"({string.Join(' ', Voters)}){outgoing}{learners}";
    }
}
