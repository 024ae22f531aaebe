namespace ActorEtcd.Specs.Sim;

/// <summary>At which boundary of a write a member is to crash next.</summary>
internal enum SimCrashPoint
{
    None,
    BeforeWrite,
    DuringFlush,
    AfterFlush,
    BeforeSnapshot,
    AfterSnapshot,
}
