using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.Cluster;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// One bit of what a member keeps changes while it is down. It comes back with the others' data, or refuses with the
/// file's name and is started again, as something that watches over it would do; nobody puts the bit right, except in the
/// two files that say who the member is.
/// </summary>
internal sealed class BitFlips(ChaosCluster cluster, ChaosLog log)
{
    private static readonly string[] Identity = ["members", "metadata"];

    public async Task StrikeAsync(Fault fault, int victim, TimeSpan away, CancellationToken stop)
    {
        MemberProcess member = cluster.Members[victim];
        var random = new Random(fault.Seed);
        await cluster.CrashAsync([victim], powerLoss: null);
        BitFlip? flip = BitFlip.Choose(random, member, random.Next(BitFlip.Kinds.Count));
        flip?.Do();
        log.Fault($"{member.Settings.Name} was killed, and {flip?.ToString() ?? "nothing"} flipped");
        await Pauses.OrStopAsync(away, stop);
        await cluster.StartNewAsync(member, isLearner: false, (exitCode, said) =>
        {
            if (flip == null || exitCode != 1 || !said.Contains(Path.GetFileName(flip.File), StringComparison.Ordinal))
            {
                return false;
            }

            log.Fault($"{member.Settings.Name} refused: {Path.GetFileName(flip.File)}");
            if (Identity.Contains(flip.Kind))
            {
                flip.Do();
            }

            return true;
        });
        log.Fault($"{member.Settings.Name} is up");
    }
}
