using System.Collections.Immutable;

namespace ActorEtcd.Raft;

/// <summary>The arithmetic of majorities, in simple and in joint configurations.</summary>
public static class Quorum
{
    /// <summary>The outcome of an election so far.</summary>
    public enum Outcome
    {
        Pending,
        Won,
        Lost,
    }

    public static int Majority(int voters) => (voters / 2) + 1;

    /// <summary>
    /// The largest value that a majority (of both sets, when joint) has reached. A set without voters
    /// constrains nothing, so an empty configuration yields <see cref="long.MaxValue"/>.
    /// </summary>
    public static long Reached<TSource>(
        RaftConfiguration configuration, TSource source, Func<TSource, MemberId, long> valueOf)
    {
        var incoming = Reached(configuration.Voters, source, valueOf);
        return configuration.IsJoint
            ? Math.Min(incoming, Reached(configuration.OutgoingVoters, source, valueOf))
            : incoming;
    }

    public static Outcome Tally(RaftConfiguration configuration, IReadOnlyDictionary<MemberId, bool> votes)
    {
        var incoming = Tally(configuration.Voters, votes);
        if (!configuration.IsJoint)
        {
            return incoming;
        }

        var outgoing = Tally(configuration.OutgoingVoters, votes);
        if (incoming == Outcome.Lost || outgoing == Outcome.Lost)
        {
            return Outcome.Lost;
        }

        return incoming == Outcome.Won && outgoing == Outcome.Won ? Outcome.Won : Outcome.Pending;
    }

    private static long Reached<TSource>(
        ImmutableArray<MemberId> voters, TSource source, Func<TSource, MemberId, long> valueOf)
    {
        if (voters.IsEmpty)
        {
            return long.MaxValue;
        }

        Span<long> values = voters.Length <= 16 ? stackalloc long[voters.Length] : new long[voters.Length];
        for (var i = 0; i < voters.Length; i++)
        {
            values[i] = valueOf(source, voters[i]);
        }

        values.Sort();
        return values[voters.Length - Majority(voters.Length)];
    }

    private static Outcome Tally(ImmutableArray<MemberId> voters, IReadOnlyDictionary<MemberId, bool> votes)
    {
        var granted = 0;
        var denied = 0;
        foreach (var voter in voters)
        {
            if (votes.TryGetValue(voter, out var vote))
            {
                granted += vote ? 1 : 0;
                denied += vote ? 0 : 1;
            }
        }

        if (granted >= Majority(voters.Length))
        {
            return Outcome.Won;
        }

        return voters.Length - denied < Majority(voters.Length) ? Outcome.Lost : Outcome.Pending;
    }
}
