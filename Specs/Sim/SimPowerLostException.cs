namespace ActorEtcd.Specs.Sim;

/// <summary>The machine stopped in the middle of an operation on its disk; whoever asked for it will not hear of it.</summary>
internal sealed class SimPowerLostException() : Exception("the power is lost");
