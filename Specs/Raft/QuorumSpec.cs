using System.Collections.Immutable;
using ActorEtcd.Raft;
using Xunit;

namespace ActorEtcd.Specs.Raft;

public sealed class QuorumSpec
{
    [Theory]
    [InlineData(new long[] { 5 }, 5)]
    [InlineData(new long[] { 5, 3 }, 3)]
    [InlineData(new long[] { 5, 3, 9 }, 5)]
    [InlineData(new long[] { 5, 3, 9, 9 }, 5)]
    [InlineData(new long[] { 1, 2, 3, 4, 5 }, 3)]
    public void Value_reached_is_the_one_that_a_majority_has(long[] values, long expected)
    {
        var configuration = RaftConfiguration.OfVoters(values.Select((_, i) => Id(i)));
        Assert.Equal(expected, Quorum.Reached(configuration, values, static (v, id) => v[id.Value - 1]));
    }

    [Fact]
    public void Joint_configuration_needs_both_majorities_in_every_way_to_split_five_members()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var incoming = Some(random);
            var outgoing = Some(random);
            var configuration = new RaftConfiguration(incoming, outgoing, [], []);
            var values = Enumerable.Range(0, 5).Select(_ => (long)random.Next(10)).ToArray();
            var expected = Enumerable.Range(-1, 12).Select(value => (long)value).Last(value =>
                HasMajority(incoming, values, value) && HasMajority(outgoing, values, value));
            Assert.Equal(expected, Quorum.Reached(configuration, values, static (v, id) => v[id.Value - 1]));

            var votes = Enumerable.Range(0, 5).Where(_ => random.Next(3) > 0)
                .ToDictionary(Id, _ => random.Next(2) == 0);
            var won = Yes(incoming, votes) && Yes(outgoing, votes);
            var lost = No(incoming, votes) || No(outgoing, votes);
            Assert.Equal(
                won ? Quorum.Outcome.Won : lost ? Quorum.Outcome.Lost : Quorum.Outcome.Pending,
                Quorum.Tally(configuration, votes));
        }
    }

    [Fact]
    public void Change_of_one_voter_is_simple_and_of_several_joint()
    {
        var three = RaftConfiguration.OfVoters(Id(0), Id(1), Id(2));
        var added = ConfigurationTransition.Apply(three, Change((ConfigurationChangeKind.AddVoter, 3)));
        Assert.Equal(RaftConfiguration.OfVoters(Id(0), Id(1), Id(2), Id(3)), added);
        var learner = ConfigurationTransition.Apply(three, Change((ConfigurationChangeKind.AddLearner, 3)));
        Assert.True(learner.IsLearner(Id(3)));
        var joint = ConfigurationTransition.Apply(
            three, Change((ConfigurationChangeKind.AddVoter, 3), (ConfigurationChangeKind.AddLearner, 0)));
        Assert.Equal(new RaftConfiguration([Id(1), Id(2), Id(3)], three.Voters, [], [Id(0)]) { AutoLeave = true }, joint);
        var left = ConfigurationTransition.Apply(joint, Change());
        Assert.Equal(new RaftConfiguration([Id(1), Id(2), Id(3)], [], [Id(0)], []), left);
    }

    [Fact]
    public void Change_that_would_leave_nobody_changes_nothing()
    {
        var one = RaftConfiguration.OfVoters(Id(0));
        Assert.Equal(one, ConfigurationTransition.Apply(one, Change((ConfigurationChangeKind.RemoveMember, 0))));
    }

    [Fact]
    public void Change_survives_its_wire_form()
    {
        var change = Change((ConfigurationChangeKind.AddVoter, 3), (ConfigurationChangeKind.RemoveMember, 0));
        Assert.Equal(change, ConfigurationChangeCodec.Decode(ConfigurationChangeCodec.Encode(change)));
    }

    private static ConfigurationChange Change(params (ConfigurationChangeKind Kind, int Member)[] steps) =>
        new(ConfigurationChangeMode.Automatic, [.. steps.Select(s => new ConfigurationChangeStep(s.Kind, Id(s.Member)))], Bytes.Empty);

    private static MemberId Id(int number) => new((ulong)number + 1);

    private static ImmutableArray<MemberId> Some(Random random)
    {
        var some = Enumerable.Range(0, 5).Where(_ => random.Next(2) == 0).Select(Id).ToImmutableArray();
        return some.IsEmpty ? [Id(random.Next(5))] : some;
    }

    private static bool HasMajority(ImmutableArray<MemberId> voters, long[] values, long value) =>
        voters.Count(id => values[id.Value - 1] >= value) * 2 > voters.Length;

    private static bool Yes(ImmutableArray<MemberId> voters, Dictionary<MemberId, bool> votes) =>
        voters.Count(id => votes.GetValueOrDefault(id)) * 2 > voters.Length;

    private static bool No(ImmutableArray<MemberId> voters, Dictionary<MemberId, bool> votes) =>
        voters.Count(id => !votes.TryGetValue(id, out var vote) || vote) * 2 <= voters.Length;
}
