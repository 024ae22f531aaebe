using System.Globalization;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>Processor time and memory of server processes on this machine, from /proc.</summary>
internal readonly record struct ServerUsage(double CpuMicroseconds, long ResidentBytes)
{
    /// <summary>USER_HZ, the unit of the times in /proc/PID/stat; fixed at 100 on Linux.</summary>
    private const double MicrosecondsPerTick = 10_000;

    public static ServerUsage Of(IReadOnlyList<int> processIds)
    {
        double cpu = 0;
        long resident = 0;
        foreach (int id in processIds)
        {
            // The second field is the command in parentheses and may hold spaces; fields are counted after it.
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            cpu += (Number(fields[11]) + Number(fields[12])) * MicrosecondsPerTick;
            resident += Number(fields[21]) * Environment.SystemPageSize;
        }

        return new ServerUsage(cpu, resident);
    }

    private static long Number(string text)
    {
        return long.Parse(text, CultureInfo.InvariantCulture);
    }
}
