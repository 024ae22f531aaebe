using System.Collections.Immutable;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Members;

namespace ActorEtcd.Host.Server;

/// <summary>Tells which members this one knows, and counts learners that became voters, under etcd's names.</summary>
/// <param name="met">Told of each other member when it is first known.</param>
public sealed class MemberMetrics(MetricRegistry registry, MemberId self, Func<bool> isLeader, Action<MemberId> met)
{
    private readonly MetricFamily<Gauge> _known = registry.Gauges(
        "etcd_network_known_peers", "Whether the member is known as one of the cluster: 1 or 0.", "Local", "Remote");

    private readonly Counter _promoted = registry.Counter(
        "etcd_server_learner_promote_successes", "Learners that became voters while this member led.");

    private ImmutableSortedDictionary<MemberId, Member> _members = ImmutableSortedDictionary<MemberId, Member>.Empty;

    /// <summary>The list is another; called by one thread at a time.</summary>
    public void Changed(MemberTable table)
    {
        foreach (var id in _members.Keys.Where(id => !table.Members.ContainsKey(id)))
        {
            _known.With(self.ToString(), id.ToString()).Set(0);
        }

        foreach (var member in table.Members.Values)
        {
            _known.With(self.ToString(), member.Id.ToString()).Set(1);
            if (member.Id != self && !_members.ContainsKey(member.Id))
            {
                met(member.Id);
            }

            if (!member.IsLearner && _members.TryGetValue(member.Id, out var before) && before.IsLearner && isLeader())
            {
                _promoted.Increment();
            }
        }

        _members = table.Members;
    }
}
