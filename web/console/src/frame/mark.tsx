/** Our mark, the same as the page's icon. */
export function Mark({ size }: { size: number }) {
  return (
    <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={size} height={size} alt="" draggable={false} />
  );
}
