package io.espalier.comm;

/**
 * What a rank needs to use NCCL.
 *
 * @param nccl the library
 * @param cuda the runtime
 * @param number of the accelerator
 */
record NcclDevice(Nccl nccl, CudaRuntime cuda, int number) {}
