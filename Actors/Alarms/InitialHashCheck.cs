namespace ActorEtcd.Alarms;

/// <summary>Hash check actor to its parent, once, when it was asked to compare before the node serves.</summary>
/// <param name="Differs">Another member holds other data at the same revision.</param>
public sealed record InitialHashCheck(bool Differs);
