namespace ActorEtcd.Specs.Sim;

/// <summary>At which operation on its disk a member is to crash next.</summary>
internal enum SimCrashPoint
{
    None,
    BeforeWrite,
    DuringFlush,
    AfterFlush,
    BeforeCreate,
    BeforeTruncate,
    BeforeRename,
    BeforeDelete,
    BeforeNamesFlush,
    AfterNamesFlush,
}
