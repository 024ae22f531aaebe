using System.Diagnostics;
using System.Globalization;

namespace ActorEtcd.Host.Metrics;

/// <summary>The metrics that Prometheus' own client libraries give every process.</summary>
public static class ProcessMetrics
{
    public static void Register(MetricRegistry registry)
    {
        registry.CounterOf(
            "process_cpu_seconds_total",
            "Total user and system CPU time spent in seconds.",
            () => Of(process => process.TotalProcessorTime.TotalSeconds));
        registry.GaugeOf(
            "process_resident_memory_bytes", "Resident memory size in bytes.", () => Of(process => process.WorkingSet64));
        registry.GaugeOf(
            "process_virtual_memory_bytes",
            "Virtual memory size in bytes.",
            () => Of(process => process.VirtualMemorySize64));
        registry.GaugeOf(
            "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            () => Of(process => new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0));
        registry.GaugeOf("process_open_fds", "Number of open file descriptors.", OpenFiles);
        registry.GaugeOf("process_max_fds", "Maximum number of open file descriptors.", OpenFilesMax);
        registry.GaugeOf("os_fd_used", "Number of open file descriptors.", OpenFiles);
        registry.GaugeOf("os_fd_limit", "Maximum number of open file descriptors.", OpenFilesMax);
    }

    private static double Of(Func<Process, double> read)
    {
        using var process = Process.GetCurrentProcess();
        return read(process);
    }

    private static double OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (IOException)
        {
            return double.NaN;
        }
    }

    private static double OpenFilesMax()
    {
        const string Row = "Max open files";
        try
        {
            string? line = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
            string? soft = line?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return double.TryParse(soft, CultureInfo.InvariantCulture, out double max) ? max : double.PositiveInfinity;
        }
        catch (IOException)
        {
            return double.NaN;
        }
    }
}
