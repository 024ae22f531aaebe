using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf.Reflection;
using Xunit;

namespace ActorEtcd.Specs.Host.Auth;

/// <summary>Advisory GHSA-q8m4-xhhv-38mg: methods without any guard. Every method of etcd's protos is looked at here.</summary>
public sealed class AccessGuardSpec
{
    [Fact]
    public void Every_method_is_guarded_as_in_etcd()
    {
        FileDescriptor[] files =
        [
            KvReflection.Descriptor, WatchReflection.Descriptor, LeaseReflection.Descriptor, ClusterReflection.Descriptor,
            MaintenanceReflection.Descriptor, AuthReflection.Descriptor,
            ActorEtcd.Host.Protos.V3lockpb.V3LockReflection.Descriptor,
            ActorEtcd.Host.Protos.V3electionpb.V3ElectionReflection.Descriptor,
        ];
        var methods = files.SelectMany(static file => file.Services).SelectMany(static service => service.Methods)
            .GroupBy(static method => AccessGuard.AccessOf(method.Service.FullName, method.Name))
            .ToDictionary(
                static group => group.Key,
                static group => string.Join(' ', group.Select(static method => method.Name).Order(StringComparer.Ordinal)));

        Assert.Equal("MemberList Status", methods[MethodAccess.User]);
        Assert.Equal("Alarm", methods[MethodAccess.Alarm]);
        Assert.Equal(
            "Compact Defragment Downgrade Hash HashKV MemberAdd MemberPromote MemberRemove MemberUpdate MoveLeader Snapshot",
            methods[MethodAccess.Root]);
        Assert.DoesNotContain(MethodAccess.Open, methods.Keys);
    }

    [Fact]
    public void Method_that_nobody_thought_of_is_roots_alone()
        => Assert.Equal(MethodAccess.Root, AccessGuard.AccessOf("etcdserverpb.Maintenance", "Tomorrow"));
}
