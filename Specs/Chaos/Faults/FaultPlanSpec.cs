using Xunit;

namespace ActorEtcd.Specs.Chaos.Faults;

public sealed class FaultPlanSpec
{
    private static readonly TimeSpan Election = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void Plan_is_a_function_of_its_seed()
    {
        Assert.Equal(Take(7, 200), Take(7, 200));
        Assert.NotEqual(Take(7, 200), Take(8, 200));
    }

    [Fact]
    public void Every_kind_comes_before_any_comes_again()
    {
        FaultKind[] all = Enum.GetValues<FaultKind>();
        Fault[] faults = Take(3, all.Length * 4);
        Assert.All(faults.Chunk(all.Length), round => Assert.Equal(all, round.Select(fault => fault.Kind).Order()));
    }

    [Fact]
    public void Faults_last_from_one_election_timeout_to_as_many_as_allowed()
    {
        Fault[] faults = Take(5, 500);
        Assert.All(faults, fault => Assert.InRange(fault.Length, Election, 100 * Election));
        Assert.Contains(faults, fault => fault.Length < 2 * Election);
        Assert.Contains(faults, fault => fault.Length > 80 * Election);
    }

    private static Fault[] Take(int seed, int count)
    {
        var plan = new FaultPlan(seed, [.. Enum.GetValues<FaultKind>()], Election, 100);
        return [.. Enumerable.Range(0, count).Select(_ => plan.Next())];
    }
}
