using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Wire;

namespace ActorEtcd.Raft;

/// <summary>
/// From one configuration to the next. Runs on every member when the entry is applied, so it is a function of
/// its arguments alone, and a change that makes no sense changes nothing, everywhere.
/// </summary>
public static class ConfigurationTransition
{
    public static RaftConfiguration Apply(RaftConfiguration configuration, LogEntry entry)
    {
        try
        {
            return Apply(configuration, ConfigurationChangeCodec.Decode(entry.Data));
        }
        catch (MalformedMessageException)
        {
            return configuration;
        }
    }

    public static RaftConfiguration Apply(RaftConfiguration configuration, ConfigurationChange change)
    {
        if (change.Steps.IsEmpty)
        {
            return LeaveJoint(configuration);
        }

        if (configuration.IsJoint)
        {
            return configuration;
        }

        var isSimple = change.Steps.Length == 1 && change.Mode == ConfigurationChangeMode.Automatic;
        var next = isSimple
            ? configuration
            : configuration with
            {
                OutgoingVoters = configuration.Voters,
                AutoLeave = change.Mode != ConfigurationChangeMode.JointExplicit,
            };
        foreach (var step in change.Steps)
        {
            next = Apply(next, step);
        }

        return next.Voters.IsEmpty ? configuration : next;
    }

    private static RaftConfiguration LeaveJoint(RaftConfiguration configuration) => configuration with
    {
        OutgoingVoters = [],
        Learners = Union(configuration.Learners, configuration.LearnersNext),
        LearnersNext = [],
        AutoLeave = false,
    };

    private static RaftConfiguration Apply(RaftConfiguration configuration, ConfigurationChangeStep step)
    {
        var id = step.Member;
        var without = configuration with
        {
            Voters = configuration.Voters.Remove(id),
            Learners = configuration.Learners.Remove(id),
            LearnersNext = configuration.LearnersNext.Remove(id),
        };
        return step.Kind switch
        {
            ConfigurationChangeKind.AddVoter => without with { Voters = Union(without.Voters, [id]) },
            ConfigurationChangeKind.AddLearner when configuration.OutgoingVoters.Contains(id) =>
                without with { LearnersNext = Union(without.LearnersNext, [id]) },
            ConfigurationChangeKind.AddLearner => without with { Learners = Union(without.Learners, [id]) },
            ConfigurationChangeKind.RemoveMember => without,
            _ => configuration,
        };
    }

    private static ImmutableArray<MemberId> Union(ImmutableArray<MemberId> left, ImmutableArray<MemberId> right) =>
        [.. left.Concat(right).Distinct().Order()];
}
