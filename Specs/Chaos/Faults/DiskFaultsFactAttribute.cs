using Xunit;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>A spec that needs disks which can be made to fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFaultsFactAttribute : FactAttribute
{
    public DiskFaultsFactAttribute()
    {
        if (!DiskFaults.IsAvailable)
        {
            Skip = "there is no gcc to compile disk_faults.c with";
        }
    }
}
