using System.Diagnostics;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Our own server, as it was built together with the specs.</summary>
public sealed class ActorEtcdProcess(MemberSettings settings) : MemberProcess(settings)
{
    /// <summary>The executable without arguments.</summary>
    public static ProcessStartInfo Executable()
    {
        if (SpecEnvironment.ActorEtcdBinary is { } binary)
        {
            return new ProcessStartInfo(binary);
        }

        // The specs themselves run under this very dotnet.
        string host = Environment.ProcessPath ?? "dotnet";
        var start = new ProcessStartInfo(Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "actor-etcd.dll"));
        return start;
    }

    protected override ProcessStartInfo Command() => Executable();
}
