using System.Globalization;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>One thing to do, with all that chance decides about it; whom it meets is known when it strikes.</summary>
/// <param name="Number">Its place in the plan.</param>
/// <param name="Pick">Chooses among members.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="Pause">How long the lane rests afterwards.</param>
/// <param name="Seed">For whatever else is left to chance, such as which unsynced writes survive.</param>
internal sealed record Fault(int Number, FaultKind Kind, int Pick, TimeSpan Length, TimeSpan Pause, int Seed)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Number} {Kind} pick {Pick} for {Length.TotalMilliseconds:F0} ms, then {Pause.TotalMilliseconds:F0} ms, seed {Seed}");
}
