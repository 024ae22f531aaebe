namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>What the search for an order found.</summary>
/// <param name="Longest">The longest order that it found, as positions in the history; all calls with an answer when there is no violation.</param>
/// <param name="State">The state at the end of that order.</param>
internal sealed record CheckResult(Verdict Verdict, IReadOnlyList<int> Longest, string State, long Steps);
