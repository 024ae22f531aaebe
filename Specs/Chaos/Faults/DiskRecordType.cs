namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>The numbers of <c>disk_faults.c</c>.</summary>
internal enum DiskRecordType
{
    Write = 1,
    Length = 2,
    Sync = 3,
    Create = 4,
    Rename = 5,
    Unlink = 6,
    DirectorySync = 7,
}
