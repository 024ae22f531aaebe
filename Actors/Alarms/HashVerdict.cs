using System.Collections.Immutable;

namespace ActorEtcd.Alarms;

/// <summary>Finds out who is wrong when members of one cluster hold different data (etcd: <c>checkPeerHashes</c>).</summary>
public static class HashVerdict
{
    /// <summary>
    /// Those who differ from the majority of all members; nobody (<see cref="MemberId.None"/>) in person when there are
    /// differences but no majority of one mind; empty when all who answered agree.
    /// </summary>
    public static ImmutableArray<MemberId> Blame<T>(int members, IReadOnlyDictionary<MemberId, T> hashes)
        where T : notnull
    {
        var groups = hashes.GroupBy(static pair => pair.Value, static pair => pair.Key).ToArray();
        if (groups.Length < 2)
        {
            return [];
        }

        var majority = groups.FirstOrDefault(group => group.Count() > members / 2);
        return majority is null
            ? [MemberId.None]
            : [.. groups.Where(group => group != majority).SelectMany(static group => group).Order()];
    }
}
