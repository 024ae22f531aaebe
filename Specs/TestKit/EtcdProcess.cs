using System.Diagnostics;

namespace ActorEtcd.Specs.TestKit;

/// <summary>A real etcd, as Debian's etcd-server installs it.</summary>
public sealed class EtcdProcess(MemberSettings settings) : MemberProcess(settings)
{
    public const string Binary = "/usr/bin/etcd";

    protected override ProcessStartInfo Command()
    {
        if (!File.Exists(Binary))
        {
            throw new FileNotFoundException("this spec needs Debian's etcd-server; ./test.sh installs it", Binary);
        }

        var start = new ProcessStartInfo(Binary);
        start.ArgumentList.Add("--log-level=warn");
        start.ArgumentList.Add("--logger=zap");
        return start;
    }
}
