using System.Collections.Immutable;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>
/// The faults of one lane in their order: a function of the seed alone, whatever the cluster does meanwhile. Every kind
/// comes once before any comes again.
/// </summary>
internal sealed class FaultPlan(int seed, ImmutableArray<FaultKind> kinds, TimeSpan electionTimeout, int electionsMax)
{
    private const int PauseMillisecondsMax = 1_200;

    private readonly Random _random = new(seed);
    private readonly Queue<FaultKind> _next = new();
    private int _number;

    public Fault Next()
    {
        if (_next.Count == 0)
        {
            FaultKind[] order = [.. kinds];
            _random.Shuffle(order);
            foreach (FaultKind kind in order)
            {
                _next.Enqueue(kind);
            }
        }

        // From one election timeout up, short ones as often as long ones.
        double elections = Math.Pow(electionsMax, _random.NextDouble());
        return new Fault(
            ++_number,
            _next.Dequeue(),
            _random.Next(60),
            elections * electionTimeout,
            TimeSpan.FromMilliseconds(_random.Next(50, PauseMillisecondsMax)),
            _random.Next());
    }
}
