using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Native;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>Runs work on the threads that torch's own operations run on.</summary>
/// <remarks>
/// Torch's OpenMP threads spin for a while after each operation, waiting for the next. Other threads would have to wait
/// for a processor until they give up; work that starts on them starts at once. Where torch comes without GNU OpenMP
/// (Windows, macOS) the thread pool does the work. Work must not allocate: see docs/traps.md on scalars.
/// </remarks>
internal static unsafe class TorchThreads
{
    private static readonly (nint Parallel, nint ThreadNumber, nint Threads) OpenMp = FindOpenMp();

    /// <summary>Runs parts 0 … count − 1, in any order and on any thread.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="work">Does one part: receives its number and the state.</param>
    /// <param name="state">What the work needs; lives until the call returns.</param>
    public static void Run(int count, delegate*<int, void*, void> work, void* state)
    {
        var threads = Math.Min(count, get_num_threads());
        if (threads <= 1)
        {
            for (var part = 0; part < count; part++)
            {
                work(part, state);
            }
        }
        else if (OpenMp.Parallel != 0)
        {
            var job = new Job { Count = count, Work = work, State = state };
            ((delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)OpenMp.Parallel)(&Entry, &job, (uint)threads, 0);
        }
        else
        {
            var (address, target) = ((nint)work, (nint)state);
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => ((delegate*<int, void*, void>)address)(part, (void*)target));
        }
    }

    [UnmanagedCallersOnly]
    private static void Entry(void* data)
    {
        var job = (Job*)data;
        var threads = ((delegate* unmanaged<int>)OpenMp.Threads)();
        for (var part = ((delegate* unmanaged<int>)OpenMp.ThreadNumber)(); part < job->Count; part += threads)
        {
            job->Work(part, job->State);
        }
    }

    private static (nint Parallel, nint ThreadNumber, nint Threads) FindOpenMp()
    {
        if (!OperatingSystem.IsLinux() || NativeSearchPath.FindStartingWith("libgomp") is not { } path || !NativeLibrary.TryLoad(path, out var library))
        {
            return default;
        }

        return NativeLibrary.TryGetExport(library, "GOMP_parallel", out var parallel)
            && NativeLibrary.TryGetExport(library, "omp_get_thread_num", out var number)
            && NativeLibrary.TryGetExport(library, "omp_get_num_threads", out var threads)
                ? (parallel, number, threads)
                : default;
    }

    private struct Job
    {
        public int Count;
        public delegate*<int, void*, void> Work;
        public void* State;
    }
}
